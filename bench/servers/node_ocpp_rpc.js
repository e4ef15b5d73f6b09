// A CSMS as the npm package ocpp-rpc makes it, strict, storing nothing. Usage: node node_ocpp_rpc.js PORT SUBPROTOCOL
'use strict';

const { createRequire } = require('node:module');
const path = require('node:path');

const load = createRequire(path.join(__dirname, '../../tests/interop/node/package.json'));
const { RPCServer } = load('ocpp-rpc');

const server = new RPCServer({ protocols: [process.argv[3]], strictMode: true });
server.auth((accept) => accept());
server.on('client', (client) => {
  client.handle('BootNotification', () => ({
    currentTime: new Date().toISOString(), interval: 300, status: 'Accepted',
  }));
  client.handle('TransactionEvent', ({ params }) => (
    params.idToken ? { idTokenInfo: { status: 'Accepted' } } : {}
  ));
});
server.listen(Number(process.argv[2]), '127.0.0.1').then(() => console.log('ready'));
