"""Servers on this machine that answer as a test wants, byte for byte."""

import socket
import threading
from contextlib import closing

# Another address of this machine than 127.0.0.1, so that one is allowed and the other not.
ALLOWED = "127.0.0.2"
HTML = b"Content-Type: text/html; charset=utf-8\r\n"


class Server:
    """Answers each connection with the bytes that `answer` yields, and remembers what was asked."""

    def __init__(self, address, answer):
        self.listener = socket.create_server((address, 0))
        self.port, self.answer, self.requests = self.listener.getsockname()[1], answer, []
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=[connection], daemon=True).start()

    def serve(self, connection):
        with closing(connection):
            try:
                self.requests.append(connection.recv(65_536).decode(errors="replace"))
                for piece in self.answer(self.requests[-1]):
                    connection.sendall(piece)
            except OSError:
                pass


def answer(body=b"Hello", head=HTML, status=b"200 OK"):
    return b"HTTP/1.1 " + status + b"\r\n" + head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def redirect(to):
    return answer(b"", b"Location: " + to.encode() + b"\r\n", b"302 Found")


def url(server, path="/a", host=ALLOWED):
    return f"http://{host}:{server.port}{path}"
