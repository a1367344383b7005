from fastapi import APIRouter

router = APIRouter(prefix="/orders", tags=["orders"])


@router.get("/{order_id}")
def read_order(order_id: str) -> dict[str, str]:
    return {"orderId": order_id, "status": "open"}
