// A station made with the npm package ocpp-rpc. It tells one session and one JSON line for each step.
// Usage: node station.js URL IDENTITY PASSWORD VERSION TOKEN local|remote
'use strict';

const { RPCClient } = require('ocpp-rpc');

const [url, identity, password, version, token, mode] = process.argv.slice(2);
const BEGIN = '2026-03-14T09:26:53Z';
const MIDDLE = '2026-03-14T09:32:53Z';
const END = '2026-03-14T09:38:53Z';
const say = (step, content = {}) => process.stdout.write(JSON.stringify({ step, ...content }) + '\n');

const client = new RPCClient({
  endpoint: url,
  identity,
  password,
  protocols: [`ocpp${version}`],
  strictMode: true,
  reconnect: false,
});

const asked = {};
const heard = (name) => new Promise((resolve) => { asked[name] = resolve; });

function register(at, value, context) {
  return [{ timestamp: at, sampledValue: [{ value, context, measurand: 'Energy.Active.Import.Register' }] }];
}

// What a management system may ask of the station beside starts and stops; each answers and tells what it was asked.
const settings = new Map();
const told = (action, params, answer, after) => {
  say('asked', { action, params });
  if (after) setTimeout(() => after().catch((error) => say('failed', { error: String(error) })), 0);
  return answer;
};

const commands = {
  '1.6': {
    ChangeConfiguration: (params) => {
      settings.set(params.key, params.value);
      return told('ChangeConfiguration', params, { status: 'Accepted' });
    },
    GetConfiguration: ({ key }) => {
      const wanted = key || [...settings.keys()];
      const known = wanted.filter((name) => settings.has(name));
      return {
        configurationKey: known.map((name) => ({ key: name, readonly: false, value: settings.get(name) })),
        unknownKey: wanted.filter((name) => !settings.has(name)),
      };
    },
    SetChargingProfile: (params) => told('SetChargingProfile', params, { status: 'Accepted' }),
    GetDiagnostics: (params) => told('GetDiagnostics', params, { fileName: 'node.zip' },
      () => client.call('DiagnosticsStatusNotification', { status: 'Uploaded' })),
  },
  '2.0.1': {
    SetVariables: (params) => told('SetVariables', params, {
      setVariableResult: params.setVariableData.map(({ component, variable, attributeValue }) => {
        settings.set(`${component.name}.${variable.name}`, attributeValue);
        return { component, variable, attributeStatus: 'Accepted' };
      }),
    }),
    GetVariables: ({ getVariableData }) => ({
      getVariableResult: getVariableData.map(({ component, variable }) => {
        const attributeValue = settings.get(`${component.name}.${variable.name}`);
        if (attributeValue === undefined) return { component, variable, attributeStatus: 'UnknownVariable' };
        return { component, variable, attributeStatus: 'Accepted', attributeValue };
      }),
    }),
    SetChargingProfile: (params) => told('SetChargingProfile', params, { status: 'Accepted' }),
    GetLog: (params) => told('GetLog', params, { status: 'Accepted', filename: 'node.zip' },
      () => client.call('LogStatusNotification', { status: 'Uploaded', requestId: params.requestId })),
  },
};

const stations = {
  '1.6': {
    start: 'RemoteStartTransaction',
    stop: 'RemoteStopTransaction',
    async session(reason, untilStop) {
      const boot = await client.call('BootNotification', { chargePointVendor: 'Node', chargePointModel: 'N-16' });
      await client.call('StatusNotification', { connectorId: 1, errorCode: 'NoError', status: 'Available' });
      say('booted', { status: boot.status });
      await untilStop.started();
      const started = await client.call('StartTransaction', {
        connectorId: 1, idTag: token, meterStart: 1000000, timestamp: BEGIN,
      });
      const { transactionId } = started;
      say('started', { status: started.idTagInfo.status });
      await client.call('MeterValues', {
        connectorId: 1,
        transactionId,
        meterValue: [{ timestamp: MIDDLE, sampledValue: [{ value: '1001.2', unit: 'kWh' }] }],
      });
      await untilStop.stopped((request) => request.transactionId === transactionId);
      await client.call('StopTransaction', { transactionId, meterStop: 1002345, timestamp: END, reason });
    },
  },
  '2.0.1': {
    start: 'RequestStartTransaction',
    stop: 'RequestStopTransaction',
    async session(reason, untilStop) {
      const boot = await client.call('BootNotification', {
        reason: 'PowerUp', chargingStation: { vendorName: 'Node', model: 'N-201' },
      });
      await client.call('StatusNotification', {
        timestamp: BEGIN, connectorStatus: 'Available', evseId: 1, connectorId: 1,
      });
      say('booted', { status: boot.status });
      const remote = await untilStop.started();
      const transactionInfo = { transactionId: 'node-1', chargingState: 'Charging' };
      if (remote) transactionInfo.remoteStartId = remote.remoteStartId;
      const started = await client.call('TransactionEvent', {
        eventType: 'Started',
        timestamp: BEGIN,
        triggerReason: remote ? 'RemoteStart' : 'Authorized',
        seqNo: 0,
        transactionInfo,
        evse: { id: 1, connectorId: 1 },
        idToken: { idToken: token, type: 'Central' },
        meterValue: register(BEGIN, 1000000, 'Transaction.Begin'),
      });
      say('started', { status: started.idTokenInfo.status });
      await client.call('TransactionEvent', {
        eventType: 'Updated',
        timestamp: MIDDLE,
        triggerReason: 'MeterValuePeriodic',
        seqNo: 1,
        transactionInfo: { transactionId: 'node-1' },
        meterValue: register(MIDDLE, 1001200, 'Sample.Periodic'),
      });
      await untilStop.stopped((request) => request.transactionId === 'node-1');
      await client.call('TransactionEvent', {
        eventType: 'Ended',
        timestamp: END,
        triggerReason: remote ? 'RemoteStop' : 'StopAuthorized',
        seqNo: 2,
        transactionInfo: { transactionId: 'node-1', stoppedReason: reason },
        meterValue: register(END, 1002345, 'Transaction.End'),
      });
    },
  },
};

async function main() {
  const station = stations[version];
  const start = heard('start');
  const stop = heard('stop');
  client.handle(station.start, ({ params }) => {
    asked.start(params);
    return { status: 'Accepted' };
  });
  client.handle(station.stop, ({ params }) => {
    asked.stop(params);
    return { status: 'Accepted' };
  });
  for (const [action, answer] of Object.entries(commands[version])) {
    client.handle(action, ({ params }) => answer(params));
  }
  await client.connect();
  if (mode === 'local') {
    await station.session('Local', { started: async () => null, stopped: async () => null });
  } else {
    await station.session('Remote', {
      started: () => start,
      stopped: async (isMine) => {
        if (!isMine(await stop)) throw new Error('asked to stop something else');
      },
    });
  }
  say('done');
  await client.close();
}

main().catch((error) => {
  say('failed', { error: String(error && error.stack ? error.stack : error) });
  process.exit(1);
});
