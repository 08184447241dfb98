"""The guide's own Python as the client of the sign_in server: the path of its binary is argument 1.

The classes between the two lines below are the guide's, as they stand there, but for what only a server
needs. They send the body as a JSON string, and know nothing of `$id`.
"""

# this is to make defining classes that reference each other's type in a recursive manner possible.
from __future__ import annotations
# importing all type annotations
from typing import *
# brings the ability to turn a dictionary into json.
import json
# imports the Basemodel class of which our message class inherits from
# this means that every Message class is in of itself a pydantic data class
from pydantic import BaseModel

# ---------------------------------------------------------------------------------------------- the guide


# note that message inherits from Basemodel. Which is a pydantic data class
# this gives us many additionally powers in our message class
# such as validation as well as easy JSON serialization.
# Note it does force us to define classes while using types. (though we don't need to implment
# a init() method)
class Message(BaseModel):
    #this is the method that generates the json serialization.
    # for example class SignIn(username: str, password: str) would return
    # {"SignIn": {"username": "username", "password": "password"}}
    def to_json_message(self) -> str:
        # we find the name of the class through the __class__ attribute.
        name = self.__class__.__name__
        # we convert the class to a dictionary using the model_dump method.
        # this method is a part of every pydantic DataClass.
        data = self.model_dump_json()
        # then we add the class name as a key to the dictionary. and convert the dictionary to json.
        return json.dumps({name: data})

    # this is the method that generates the json deserialization and returns a 
    # specific Message object that we can use
    # for dynamic dispatch.
    # for example json = {"SignIn": {"username": "john", "password": "basketball"}} 
    # would return a SignIn object with the username set to john and password set to basketball.
    @staticmethod
    def from_json_message(message: str) -> Message:
        # we convert the json to a dictionary.
        dictionary = json.loads(message)
        # extract the class name and the class fields from the dictionary.
        name, data = next(iter(dictionary.items()))
        data = json.loads(data)
        # we look up the class in the global scope and return a new instance of 
        # the class with the data as the arguments.
        # note that cls is a class object which contains all relavant info about the class including it's constructor
        cls = globals()[name]
        return cls(**data)

    # this is the method that handles the logic of the message. We need to implement
    # this method in all our Message subclasses.
    # for example class SignIn(username: str, password: str) would return a SignInResponse object.
    # this is how we get dynamic dispatch to work.
    # We can call the respond method on any Message object and it will return the correct response. as defined by the subclass.
    def respond(self) -> Message:
        raise NotImplementedError


# a simple example of the kind of message we might want to receive from the client.
class SignIn(Message):
    name: str
    password: str


# a simple example of the kind of message we might want to send to the client.
# node we don't need to implement any logic here. We just need to define the fields we want to send.
# we could implement validation logic through pydantic if we wanted too. All our messages are valid pydantic models.
class SignInResponse(Message):
    success: bool
    valid_user: bool = True
    valid_password: bool = True
    error_message: Optional[str] = None


# ---------------------------------------------------------------------------------------------- the client

import sys

sys.dont_write_bytecode = True

from running import Server


class Fault(Message):
    """What the server answers when it does not answer with what was asked for."""

    code: str
    message: str


class Line:
    """The `server` of the guide's loop, seen from the other side: a line out, a line in."""

    def __init__(self, server: Server) -> None:
        self.socket = server.connect()
        self.file = self.socket.makefile("r", encoding="utf-8", newline="\n")

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self.socket.close()

    def send_json(self, text: str) -> None:
        self.socket.sendall(text.encode() + b"\n")

    def get_json(self) -> str:
        return self.file.readline()

    def ask(self, message: Message) -> Message:
        self.send_json(message.to_json_message())
        return Message.from_json_message(self.get_json())


def sign_in(server: Server) -> None:
    with Line(server) as line:
        right = line.ask(SignIn(name="josh", password="basketball"))
        assert right == SignInResponse(success=True), right
        print(f"josh/basketball: {right!r}")
        wrong = line.ask(SignIn(name="josh", password="football"))
        assert isinstance(wrong, SignInResponse) and not wrong.success and wrong.error_message, wrong
        print(f"josh/football: {wrong!r}")
        nobody = line.ask(SignIn(name="nobody", password="basketball"))
        assert nobody == wrong, "who is there is told to nobody"
        fault = line.ask(SignIn(name="", password="basketball"))
        assert isinstance(fault, Fault) and fault.code == "validation", fault
        print(f"no name: {fault!r}")
        again = line.ask(SignIn(name="josh", password="basketball"))
        assert again == right, "the connection goes on"
        # Nulls are written in this form, as pydantic does.
        line.send_json(SignIn(name="josh", password="basketball").to_json_message())
        body = json.loads(json.loads(line.get_json())["SignInResponse"])
        assert body["error_message"] is None, body


def stopping(server: Server) -> None:
    count = 16
    with Line(server) as line:
        body = SignIn(name="josh", password="basketball").model_dump_json()
        messages = [json.dumps({"$id": number, "SignIn": body}) for number in range(count)]
        line.send_json("\n".join(messages))
        replies = [json.loads(line.get_json())]
        server.terminate()
        while text := line.get_json():
            replies.append(json.loads(text))
    assert sorted(reply["$id"] for reply in replies) == list(range(count)), replies
    assert all(json.loads(reply["SignInResponse"])["success"] for reply in replies), replies
    code = server.wait()
    assert code == 0, f"exit code {code}: {server.errors}"
    assert server.lines[-1] == "stopped", server.lines
    print(f"stopped with {count} sign-ins in flight: all answered, exit code {code}")


def main() -> None:
    # `ready` is printed at once; a sign-in needs a core for a moment, and there are several in flight.
    with Server(sys.argv[1], "--http", "off", "--tcp", "127.0.0.1:0") as server:
        host, port = server.address("tcp")
        assert port != 0, "a port that the system chose is printed"
        print(f"the server listens on {host}:{port}")
        sign_in(server)
        stopping(server)


main()
