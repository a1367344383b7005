from fastapi import APIRouter

from app.api import orders, realtime

api_router = APIRouter()
api_router.include_router(orders.router)
api_router.include_router(realtime.router)
