import pytest

from app.port import listening
from index.errors import FixSettings


@pytest.mark.parametrize("port", [-1, 65536, 70000, 10**12])
def test_a_port_that_does_not_exist_is_one_line(port: int) -> None:
    with pytest.raises(FixSettings, match="--port"):
        listening("127.0.0.1", port)


def test_a_port_in_use_is_one_line_and_any_free_one_can_be_had() -> None:
    with listening("127.0.0.1", 0) as first:
        first.listen()
        with pytest.raises(FixSettings, match="--port"):
            listening("127.0.0.1", first.getsockname()[1])


def test_a_host_that_is_not_ours_is_one_line() -> None:
    with pytest.raises(FixSettings, match=r"192\.0\.2\.1"):
        listening("192.0.2.1", 0)
