"""The same command as most would write it: Django, PostgreSQL, and everything in one transaction.

Both rows and that of the idempotency key, but no authorisation: it does less than what it is compared with.
"""

import os
from uuid import uuid4

import django
from django.conf import settings
from django.db import connection, models, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path

settings.configure(
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    USE_TZ=True,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.environ["BENCH_DATABASE"],
            "USER": "postgres",
            "HOST": "127.0.0.1",
            "PORT": os.environ["BENCH_PORT"],
            "CONN_MAX_AGE": None,
        }
    },
)
django.setup()


class Grant(models.Model):
    """A row as a service has it."""

    grant_id = models.UUIDField(primary_key=True)
    unit_code = models.TextField()
    amount_ore = models.BigIntegerField()
    awarded_on = models.DateField()

    class Meta:
        app_label = "bench"


class Copied(models.Model):
    """The row that another part reads."""

    grant_id = models.TextField(primary_key=True)
    unit_code = models.TextField()
    amount_ore = models.BigIntegerField()
    awarded_on = models.DateField()

    class Meta:
        app_label = "bench"


class Idempotency(models.Model):
    """What a key was used for, and what was answered."""

    key = models.TextField(primary_key=True)
    status = models.IntegerField(null=True)
    body = models.JSONField(null=True)

    class Meta:
        app_label = "bench"


def award(request: HttpRequest) -> JsonResponse:
    """The key, both rows and the answer."""
    key, grant_id = request.headers["Idempotency-Key"], uuid4()
    values = {"unit_code": "1902", "amount_ore": 100, "awarded_on": "2016-11-01"}
    answer = {"grant_id": str(grant_id), **values}
    with transaction.atomic():
        Idempotency.objects.bulk_create([Idempotency(key=key)], ignore_conflicts=True)
        Grant.objects.create(grant_id=grant_id, **values)
        Copied.objects.create(grant_id=str(grant_id), **values)
        Idempotency.objects.filter(key=key).update(status=201, body=answer)
    return JsonResponse(answer, status=201)


def live(_request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "live"})


urlpatterns = [path("grants", award), path("health/live", live)]

with connection.schema_editor() as editor:
    for table in (Grant, Copied, Idempotency):
        editor.create_model(table)
connection.close()

from django.core.wsgi import get_wsgi_application  # noqa: E402 - needs what is above

application = get_wsgi_application()
