"""A mail server on loopback that can be as bad as real ones are."""

import socketserver
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage

# Moods in which it answers something else than what is expected, and where.
REFUSALS = {
    "too busy": ("connect", "421 4.3.2 too busy"),
    "garbage": ("connect", "%$#! not SMTP at all"),
    "refuses the sender for now": ("MAIL", "451 4.3.0 try again later"),
    "refuses the sender": ("MAIL", "550 5.7.1 we do not know you"),
    "refuses the recipient for now": ("RCPT", "450 4.2.1 mailbox busy"),
    "refuses the recipient": ("RCPT", "550 5.1.1 no such mailbox"),
    "refuses the data": ("DATA", "554 5.5.0 no"),
    "is full": ("end", "452 4.3.1 insufficient storage"),
}
MOODS = [*REFUSALS, "hangs", "hangs after the data", "drops the line", "drops after the data"]


class Conversation(socketserver.StreamRequestHandler):
    """One connection, in the mood the server is in."""

    is_done = False

    def handle(self):
        self.server.connections += 1
        self.server.open += 1
        try:
            self.talk()
        finally:
            self.server.open -= 1

    def talk(self):
        if self.server.mood == "hangs":
            self.server.healed.wait()
            return
        if self.server.mood == "drops the line" or not self.say("connect", "220 ready"):
            return
        while line := self.rfile.readline():
            verb = line[:4].decode("ascii", "replace").upper().strip()
            if verb == "QUIT" and self.server.mood == "takes no leave":
                self.server.healed.wait()
            if verb == "QUIT" or not self.answer(verb):
                return

    def answer(self, verb: str) -> bool:
        if self.is_done and self.server.mood == "has enough after each":
            self.wfile.write(b"421 4.7.0 enough for one connection\r\n")
            return False
        if verb == "DATA" and self.server.mood != "refuses the data":
            return self.say(verb, "354 go on") and self.take()
        return self.say(verb, "250 ok")

    def say(self, step: str, usual: str) -> bool:
        at, words = REFUSALS.get(self.server.mood, ("", ""))
        self.wfile.write(f"{words if at == step else usual}\r\n".encode())
        return not (at == step == "connect")

    def take(self) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)  # RFC 5321, 4.5.2
        if self.server.mood == "hangs after the data":
            self.server.healed.wait()
            return False
        if self.server.mood != "is full":
            self.server.raw.append(b"".join(lines))
            self.server.taken.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self.is_done = True
        if self.server.mood == "drops after the data" or not self.say("end", "250 taken"):
            return False
        return self.server.mood != "hangs up after each"


class FaultyServer(socketserver.ThreadingTCPServer):
    """Use as a context; `mood` may be changed at any time, `taken` holds the accepted messages, `raw` their bytes."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mood, self.healed, self.connections, self.open = "well", threading.Event(), 0, 0
        self.taken: list[EmailMessage] = []
        self.raw: list[bytes] = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def handle_error(self, request, client_address):
        """A client that hangs up is nothing to report."""

    @property
    def port(self) -> int:
        return self.server_address[1]

    def heal(self) -> None:
        self.mood = "well"
        self.healed.set()

    def __exit__(self, *_) -> None:
        self.healed.set()
        self.shutdown()
        self.server_close()
