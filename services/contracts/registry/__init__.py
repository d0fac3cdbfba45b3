"""What the registry publishes, and the requests and resources that its API shows."""

from services.contracts.registry.awareness import (
    Awareness as Awareness,
)
from services.contracts.registry.awareness import (
    AwarenessMessage as AwarenessMessage,
)
from services.contracts.registry.awareness import (
    AwarenessRecorded as AwarenessRecorded,
)
from services.contracts.registry.awareness import (
    Bounce as Bounce,
)
from services.contracts.registry.awareness import (
    Channel as Channel,
)
from services.contracts.registry.awareness import (
    Dispatch as Dispatch,
)
from services.contracts.registry.awareness import (
    DispatchLetter as DispatchLetter,
)
from services.contracts.registry.awareness import (
    LetterBounced as LetterBounced,
)
from services.contracts.registry.awareness import (
    LetterDispatched as LetterDispatched,
)
from services.contracts.registry.awareness import (
    RecordAwareness as RecordAwareness,
)
from services.contracts.registry.mappings import (
    InviteMapping as InviteMapping,
)
from services.contracts.registry.mappings import (
    Mapping as Mapping,
)
from services.contracts.registry.mappings import (
    MappingAgreed as MappingAgreed,
)
from services.contracts.registry.mappings import (
    MappingCancelled as MappingCancelled,
)
from services.contracts.registry.mappings import (
    MappingCompleted as MappingCompleted,
)
from services.contracts.registry.mappings import (
    MappingInvited as MappingInvited,
)
from services.contracts.registry.mappings import (
    MappingMessage as MappingMessage,
)
from services.contracts.registry.mappings import (
    MappingStatus as MappingStatus,
)
from services.contracts.registry.mappings import (
    MappingTool as MappingTool,
)
from services.contracts.registry.mappings import (
    MoveMapping as MoveMapping,
)
from services.contracts.registry.organisations import (
    CENTRE_KINDS as CENTRE_KINDS,
)
from services.contracts.registry.organisations import (
    Coverage as Coverage,
)
from services.contracts.registry.organisations import (
    Organisation as Organisation,
)
from services.contracts.registry.organisations import (
    OrganisationChanged as OrganisationChanged,
)
from services.contracts.registry.organisations import (
    OrganisationKind as OrganisationKind,
)
from services.contracts.registry.organisations import (
    OrganisationMessage as OrganisationMessage,
)
from services.contracts.registry.organisations import (
    OrganisationRegistered as OrganisationRegistered,
)
from services.contracts.registry.organisations import (
    RegisterOrganisation as RegisterOrganisation,
)
from services.contracts.registry.places import (
    ChangeKind as ChangeKind,
)
from services.contracts.registry.places import (
    County as County,
)
from services.contracts.registry.places import (
    CountyChanged as CountyChanged,
)
from services.contracts.registry.places import (
    CountyMessage as CountyMessage,
)
from services.contracts.registry.places import (
    CountyRegistered as CountyRegistered,
)
from services.contracts.registry.places import (
    GeographicChange as GeographicChange,
)
from services.contracts.registry.places import (
    GeographicChangeMessage as GeographicChangeMessage,
)
from services.contracts.registry.places import (
    GeographicChangeRecorded as GeographicChangeRecorded,
)
from services.contracts.registry.places import (
    PlaceName as PlaceName,
)
from services.contracts.registry.places import (
    Point as Point,
)
from services.contracts.registry.places import (
    RecordChange as RecordChange,
)
from services.contracts.registry.places import (
    Unit as Unit,
)
from services.contracts.registry.places import (
    UnitChanged as UnitChanged,
)
from services.contracts.registry.places import (
    UnitKind as UnitKind,
)
from services.contracts.registry.places import (
    UnitMessage as UnitMessage,
)
from services.contracts.registry.places import (
    UnitRegistered as UnitRegistered,
)
from services.contracts.registry.sources import Source as Source
