import os
from typing import Annotated, Any

import pusher
from fastapi import APIRouter, Cookie, Form, HTTPException

router = APIRouter(prefix="/pusher", tags=["realtime"])

client = pusher.Pusher(
    app_id=os.environ["PUSHER_APP_ID"],
    key=os.environ["PUSHER_KEY"],
    secret=os.environ["PUSHER_SECRET"],
    cluster=os.environ["PUSHER_CLUSTER"],
    ssl=True,
)


@router.post("/auth")
def authorize(
    socket_id: Annotated[str, Form()],
    channel_name: Annotated[str, Form()],
    user: Annotated[str, Cookie()],
) -> dict[str, Any]:
    """Sign a private or presence channel for the signed-in user."""
    if channel_name == "presence-dashboard":
        return client.authenticate(channel_name, socket_id, {"user_id": user})
    if channel_name != f"private-user-{user}":
        raise HTTPException(status_code=403, detail="not your channel")
    return client.authenticate(channel_name, socket_id)
