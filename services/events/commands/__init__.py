"""What callers may do: one function is one use case and one transaction."""

from services.events.commands.activities import announce_activity as announce_activity
from services.events.commands.activities import answer_activity_invitation as answer_activity_invitation
from services.events.commands.activities import cancel_activity as cancel_activity
from services.events.commands.activities import close_activity as close_activity
from services.events.commands.activities import hold_activity as hold_activity
from services.events.commands.activities import invite_activity_co_organiser as invite_activity_co_organiser
from services.events.commands.activities import plan_activity as plan_activity
from services.events.commands.networks import close_network as close_network
from services.events.commands.networks import open_network as open_network
from services.events.commands.networks import prepare_network as prepare_network
from services.events.commands.offers import answer_offer_invitation as answer_offer_invitation
from services.events.commands.offers import draft_offer as draft_offer
from services.events.commands.offers import invite_offer_co_organiser as invite_offer_co_organiser
from services.events.commands.offers import publish_offer as publish_offer
from services.events.commands.offers import withdraw_offer as withdraw_offer
from services.events.commands.participation import invite_units as invite_units
from services.events.commands.participation import record_attendance as record_attendance
from services.events.commands.participation import replace_unit as replace_unit
from services.events.commands.programmes import start_programme as start_programme
