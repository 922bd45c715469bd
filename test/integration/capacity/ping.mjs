export default {
  name: 'ping',
  title: 'One request',
  steps: [{ name: 'ping', method: 'GET', path: '/', expect: { status: 200 } }],
}
