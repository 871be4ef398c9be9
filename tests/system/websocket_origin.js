// SPDX-License-Identifier: Apache-2.0
//
// An origin that speaks WebSocket (RFC 6455), and any other protocol by the name of "echo": Node's
// http does the handshake, and everything behind it is echoed, a WebSocket's frames unmasked.
// usage: nodejs websocket_origin.js ADDRESS PORT
'use strict';
const crypto = require('crypto');
const http = require('http');

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const CLOSE = 8;

// Takes a whole masked frame off the front of `data`; null while there is none.
function takeFrame(data) {
  if (data.length < 2) return null;
  let length = data[1] & 0x7f;
  let at = 2;
  if (length === 126) {
    if (data.length < 4) return null;
    length = data.readUInt16BE(2);
    at = 4;
  } else if (length === 127) {
    if (data.length < 10) return null;
    length = Number(data.readBigUInt64BE(2));
    at = 10;
  }
  if ((data[1] & 0x80) === 0) throw new Error('a client masks its frames');
  if (data.length < at + 4 + length) return null;
  const mask = data.subarray(at, at + 4);
  const payload = Buffer.from(data.subarray(at + 4, at + 4 + length));
  for (let i = 0; i < length; ++i) payload[i] ^= mask[i % 4];
  return {first: data[0], payload, bytes: at + 4 + length};
}

function frameOf(first, payload) {
  let head;
  if (payload.length < 126) {
    head = Buffer.from([first, payload.length]);
  } else if (payload.length < 65536) {
    head = Buffer.from([first, 126, 0, 0]);
    head.writeUInt16BE(payload.length, 2);
  } else {
    head = Buffer.alloc(10);
    head[0] = first;
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  return Buffer.concat([head, payload]);
}

function speakWebSocket(request, socket, first) {
  const accept = crypto.createHash('sha1')
    .update(request.headers['sec-websocket-key'] + GUID).digest('base64');
  socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n' +
               `Connection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  let received = first;
  function take() {
    for (let frame = takeFrame(received); frame; frame = takeFrame(received)) {
      received = received.subarray(frame.bytes);
      socket.write(frameOf(frame.first, frame.payload));
      if ((frame.first & 15) === CLOSE) socket.end();
    }
  }
  take();
  socket.on('data', (data) => {
    received = Buffer.concat([received, data]);
    take();
  });
}

function echo(socket, first) {
  socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
  socket.write(first);
  socket.on('data', (data) => socket.write(data));
  socket.on('end', () => socket.end('behind your end'));
}

const server = http.createServer((request, response) => {
  const upgrade = request.headers.upgrade || 'none';
  response.end(`no upgrade: ${request.method} ${request.url} upgrade ${upgrade}`);
});
server.on('upgrade', (request, socket, first) => {
  socket.allowHalfOpen = true;
  socket.on('error', () => socket.destroy());
  if (request.headers.upgrade === 'websocket') {
    speakWebSocket(request, socket, first);
  } else {
    echo(socket, first);
  }
});
server.listen(Number(process.argv[3]), process.argv[2], () => console.log('listening'));
