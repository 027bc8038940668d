"""Webhook deliveries: a queue, a background thread, and what failures lead to.

Equal pending pairs of webhook and record are one delivery; the payload is built when
it is sent; a failed one is never tried again; the seventh failure in a row turns the
webhook off.
"""

import base64
import hashlib
import hmac
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from stockbridge.connectors.stores.woocommerce.simulator.customer_answer import (
    customer_json,
)
from stockbridge.connectors.stores.woocommerce.simulator.order_answer import order_json
from stockbridge.connectors.stores.woocommerce.simulator.outbound import Outbox
from stockbridge.connectors.stores.woocommerce.simulator.php import php_json
from stockbridge.connectors.stores.woocommerce.simulator.product_answer import (
    product_json,
)
from stockbridge.connectors.stores.woocommerce.simulator.records import Json, Webhook
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState

FAILURES_MAX = 5  # more than this turns a webhook off


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery that was tried; status 0: nobody answered."""

    webhook_id: int
    topic: str
    record_id: int
    status: int
    body: bytes
    at: datetime


class DeliveryQueue:
    """Collects what happened, and sends it, in the background or when told to."""

    def __init__(self, state: StoreState, sender: Outbox, *, delay_s: float) -> None:
        self._state = state
        self._sender = sender
        self._delay_s = delay_s
        self._pending: deque[tuple[int, int]] = deque()
        self._wake = threading.Condition()
        self._stopping = False
        self._busy = False
        self._thread: threading.Thread | None = None
        self.tried: list[Delivery] = []
        self.order_at_checkout = False
        state.listen(self.note)

    def note(self, topic: str, record_id: int) -> None:
        """Queue the deliveries that a change leads to; called under the lock."""
        for hook in tuple(self._state.webhooks.values()):
            if hook.topic == topic and hook.status == "active":
                pair = (hook.id, record_id)
                with self._wake:
                    if pair not in self._pending:
                        self._pending.append(pair)
                        self._wake.notify_all()

    def action(self, name: str, argument: int) -> None:
        """Let something happen that only `action.…` webhooks hear of."""
        self.note(f"action.{name}", argument)

    def start(self) -> None:
        """Send in the background from now on."""
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop sending; what is queued stays queued."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def send_all(self) -> int:
        """Send what is queued, now and here; return how many were tried."""
        count = 0
        while True:
            with self._wake:
                if not self._pending:
                    return count
                pair = self._pending.popleft()
            self._deliver(*pair)
            count += 1

    def wait_until_sent(self, timeout_s: float = 5.0) -> bool:
        """Wait until the background has sent everything; False: it took too long."""
        with self._wake:
            return self._wake.wait_for(
                lambda: not self._pending and not self._busy, timeout_s
            )

    def ping(self, hook: Webhook) -> None:
        """Send the unsigned ping; a 200 ends it, else it goes out again later."""
        body = f"webhook_id={hook.id}".encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._sender.post(hook.delivery_url, body, headers)
        if answer is not None and answer[0] == 200:
            hook.ping_pending = False
            hook.modified = self._state.now()

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._stopping or bool(self._pending))
                if self._stopping:
                    return
                # Give further changes of the same record time to join.
                self._wake.wait_for(lambda: self._stopping, self._delay_s)
                if self._stopping:
                    return
                self._busy = True
            self.send_all()
            with self._wake:
                self._busy = False
                self._wake.notify_all()

    def _deliver(self, hook_id: int, record_id: int) -> None:
        with self._state.lock:
            hook = self._state.webhooks.get(hook_id)
            if hook is None or hook.status != "active":
                return
            body = php_json(_payload(self._state, hook.topic, record_id))
            headers = self._headers(hook, body)
            is_new = hook.ping_pending
        if is_new:
            self.ping(hook)
        answer = self._sender.post(hook.delivery_url, body, headers)
        status = answer[0] if answer else 0
        with self._state.lock:
            self._settle(hook, succeeded=200 <= status < 300 or status in {301, 302})
            moment = self._state.clock.now()
        self.tried.append(
            Delivery(hook_id, hook.topic, record_id, status, body, moment)
        )

    def _headers(self, hook: Webhook, body: bytes) -> dict[str, str]:
        resource, _, event = hook.topic.partition(".")
        digest = hmac.new(hook.secret.encode(), body, hashlib.sha256).digest()
        # Two deliveries in one second share their id.
        stamp = f"{hook.id}{self._state.now()}".encode()
        return {
            "Content-Type": "application/json",
            "X-WC-Webhook-Source": f"{self._state.home_url}/",
            "X-WC-Webhook-Topic": hook.topic,
            "X-WC-Webhook-Resource": resource,
            "X-WC-Webhook-Event": event,
            "X-WC-Webhook-Signature": base64.b64encode(digest).decode(),
            "X-WC-Webhook-ID": str(hook.id),
            "X-WC-Webhook-Delivery-ID": hashlib.md5(stamp).hexdigest(),
        }

    def _settle(self, hook: Webhook, *, succeeded: bool) -> None:
        if succeeded:
            hook.failures = 0
            return
        hook.failures += 1
        if hook.failures > FAILURES_MAX + 1:
            hook.status = "disabled"
        hook.modified = self._state.now()


def _payload(state: StoreState, topic: str, record_id: int) -> Json:
    resource, _, event = topic.partition(".")
    if resource == "action":
        return {"action": event, "arg": record_id}
    if event == "deleted":
        return {"id": record_id}
    builders: dict[str, Callable[[], Json]] = {
        "order": lambda: order_json(state, state.orders[record_id]),
        "product": lambda: product_json(state, state.products[record_id]),
        "customer": lambda: customer_json(state, state.customers[record_id]),
    }
    try:
        return builders[resource]()
    except KeyError:
        return {"id": record_id}  # gone before its turn came
