import { useEffect, useState } from "react";
import { socket } from "../api/socket";

/** Says so while the socket is lost and coming back. */
export function Connection() {
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    const stop = [
      socket.on("connected", () => setLost(false)),
      // 1000: nothing is followed any more, so the socket is not needed.
      socket.on("closed", (event) => setLost((event as CloseEvent).code !== 1000)),
    ];
    return () => stop.forEach((each) => each());
  }, []);
  return (
    <div className="connection" role="status">
      {isLost && <p>The connection is lost. Coming back…</p>}
    </div>
  );
}
