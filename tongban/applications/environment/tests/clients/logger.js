// A data logger in another language, written from the text of HJ 212—2017 alone: frame, CRC of annex A, handshakes.
// node logger.js PORT MN PASSWORD: sends a packet cut into single bytes, two glued ones, a damaged one, the first one
// again; then carries out one command. Prints one line of JSON for each packet it hears.
const net = require("node:net");

const [port, mn, pw] = process.argv.slice(2);

function crc16(text) {
  let register = 0xffff;
  for (const byte of Buffer.from(text, "ascii")) {
    register = (register >> 8) ^ byte;
    for (let bit = 0; bit < 8; bit++) register = register & 1 ? (register >> 1) ^ 0xa001 : register >> 1;
  }
  return register.toString(16).toUpperCase().padStart(4, "0");
}

const framed = (data) => `##${String(data.length).padStart(4, "0")}${data}${crc16(data)}\r\n`;
const packet = (qn, st, cn, cp, flag = 5) => framed(`QN=${qn};ST=${st};CN=${cn};PW=${pw};MN=${mn};Flag=${flag};CP=&&${cp}&&`);

const first = packet("20260803113000001", "32", "2061", "DataTime=20260803100000;w01018-Avg=31.5,w01018-Flag=N");
const second = packet("20260803123000001", "32", "2061", "DataTime=20260803110000;w01018-Avg=32.5,w01018-Flag=N");
const third = packet("20260803123000002", "32", "2011", "DataTime=20260803123000;w01001-Rtd=7.1,w01001-Flag=N");
const damaged = packet("20260803123000003", "32", "2011", "DataTime=20260803123100;w01001-Rtd=7.2").replace("7.2", "9.9");

const socket = net.connect(Number(port), "127.0.0.1", async () => {
  for (const byte of first) {
    socket.write(byte);
    await new Promise((done) => setImmediate(done));
  }
  socket.write(second + third + damaged + first);
});
socket.setNoDelay(true);

let heard = "";
let acknowledged = 0;
socket.on("data", (data) => {
  heard += data.toString("ascii");
  for (let found; (found = heard.match(/^##(\d{4})/)); ) {
    const length = Number(found[1]);
    if (heard.length < length + 12) return;
    const data = heard.slice(6, 6 + length);
    const check = heard.slice(6 + length, 10 + length);
    const ended = heard.slice(10 + length, 12 + length);
    heard = heard.slice(12 + length);
    const [head, cp] = data.split("CP=&&");
    const said = Object.fromEntries(head.split(";").filter(Boolean).map((pair) => pair.split("=")));
    console.log(JSON.stringify({ ...said, CP: cp.replace(/&&$/, ""), whole: check === crc16(data) && ended === "\r\n" }));
    if (said.CN === "9014" && ++acknowledged === 4 && process.argv[5] !== "command") socket.end();
    if (said.CN === "1062") {
      socket.write(packet(said.QN, "91", "9011", "QnRtn=1", 4) + packet(said.QN, "91", "9012", "ExeRtn=1", 4));
      setTimeout(() => socket.end(), 1500);
    }
  }
});
setTimeout(() => process.exit(1), 30000).unref();
