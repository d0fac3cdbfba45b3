"""Reads: lists and single things as the viewer may see them. A list costs a constant number of statements."""

from services.events.queries.activities import ActivityFilter as ActivityFilter
from services.events.queries.activities import activities as activities
from services.events.queries.activities import activity as activity
from services.events.queries.networks import NetworkFilter as NetworkFilter
from services.events.queries.networks import network as network
from services.events.queries.networks import networks as networks
from services.events.queries.offers import OfferFilter as OfferFilter
from services.events.queries.offers import offer as offer
from services.events.queries.offers import offers as offers
from services.events.queries.programmes import ProgrammeFilter as ProgrammeFilter
from services.events.queries.programmes import programme as programme
from services.events.queries.programmes import programmes as programmes
from services.events.queries.viewers import Viewer as Viewer
