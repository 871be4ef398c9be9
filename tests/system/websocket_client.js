// SPDX-License-Identifier: Apache-2.0
//
// A client that asks for an upgrade by Node's http, sends COUNT pieces of SIZE bytes through the
// tunnel and prints how many bytes came back right and how it ended.
// usage: nodejs websocket_client.js ADDRESS HOST COUNT SIZE
'use strict';
const http = require('http');

const [address, host, count, size] = process.argv.slice(2);
const piece = Buffer.alloc(Number(size), 'every byte comes back. ');
const wanted = Buffer.concat(Array(Number(count)).fill(piece));

const request = http.request({
  host: address, path: '/tunnel', headers: {Host: host, Connection: 'Upgrade', Upgrade: 'echo'}});
request.on('response', (response) => {
  console.log(JSON.stringify({status: response.statusCode, right: 0}));
  response.resume();
});
request.on('upgrade', (response, socket, first) => {
  const received = [first];
  socket.allowHalfOpen = true;
  socket.on('data', (data) => received.push(data));
  socket.on('end', () => {
    const all = Buffer.concat(received);
    const right = all.subarray(0, wanted.length).equals(wanted) ? wanted.length : 0;
    console.log(JSON.stringify({
      status: response.statusCode, upgrade: response.headers.upgrade, right,
      behind: all.subarray(wanted.length).toString()}));
    socket.end();
  });
  for (let i = 0; i < Number(count); ++i) socket.write(piece);
  socket.end();
});
request.end();
