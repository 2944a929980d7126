import { openPostgresStore } from '../packages/server/src/storage/postgres/open-postgres-store.ts'
const store = await openPostgresStore({ databaseUrl: 'postgres://sallyport@127.0.0.1:55432/five', clock: () => Date.now() })
const T = 'tenant-one-5d1e8b34'
const day = 86400000, now = Date.now()
const filters: [string, any][] = [
  ['none', {}], ['user common', { userId: 'user-5' }], ['user rare', { userId: 'user-812345' }], ['user+state', { userId: 'user-5', states: ['BLOCK'] }],
  ['address attack', { ipAddresses: { first: '10.66.66.66', last: '10.66.66.66' } }], ['address nat', { ipAddresses: { first: '192.0.2.1', last: '192.0.2.1' } }],
  ['nat + review', { ipAddresses: { first: '192.0.2.1', last: '192.0.2.1' }, states: ['REVIEW_REQUIRED'] }],
  ['nat + rule-12', { ipAddresses: { first: '192.0.2.1', last: '192.0.2.1' }, ruleId: 'rule-12' }],
  ['attack + text', { ipAddresses: { first: '10.66.66.66', last: '10.66.66.66' }, text: 'payee77' }],
  ['cidr /8', { ipAddresses: { first: '12.0.0.0', last: '12.255.255.255' } }], ['cidr /24', { ipAddresses: { first: '12.1.0.0', last: '12.1.0.255' } }], ['cidr /16', { ipAddresses: { first: '12.1.0.0', last: '12.1.255.255' } }],
  ['cidr /8 + review', { ipAddresses: { first: '12.0.0.0', last: '12.255.255.255' }, states: ['REVIEW_REQUIRED'] }],
  ['cidr /8 + text', { ipAddresses: { first: '12.0.0.0', last: '12.255.255.255' }, text: 'payee77' }],
  ['device', { deviceId: 'device-' + 'x' }],
  ['state ALLOW', { states: ['ALLOW'] }], ['state REVIEW', { states: ['REVIEW_REQUIRED'] }], ['state BLOCK+action', { states: ['BLOCK'], actions: ['login'] }],
  ['rule-0', { ruleId: 'rule-0' }], ['rule-6', { ruleId: 'rule-6' }], ['rule-12', { ruleId: 'rule-12' }], ['rule-19', { ruleId: 'rule-19' }], ['rule-12+REVIEW', { ruleId: 'rule-12', states: ['REVIEW_REQUIRED'] }],
  ['label fraud', { label: 'fraud' }], ['label good', { label: 'good' }], ['fraud+rule-8', { label: 'fraud', ruleId: 'rule-8' }], ['disputed', { isDisputed: true }], ['disputed BLOCK', { isDisputed: true, states: ['BLOCK'] }],
  ['text payee77 (0.1%)', { text: 'payee77' }], ['text payee7 (11%)', { text: 'payee7' }], ['text user', { text: 'user-5' }], ['text email', { text: 'user-812345@one.example' }], ['text key', { text: 'k4000000' }], ['text none', { text: 'zzzz' }], ['text gmbh', { text: 'gmbh' }], ['text 2', { text: 'payee77 500' }],
  ['text payee77 + review', { text: 'payee77', states: ['REVIEW_REQUIRED'] }], ['text gmbh + label fraud', { text: 'gmbh', label: 'fraud' }], ['text 1', { text: '10.66' }], ['gmbh zzz', { text: 'gmbh zzz' }],
  ['week', { from: now - 7 * day, to: now - 6 * day, states: ['BLOCK'] }],
]
const only = process.argv[2]
let all: number[] = []
for (const [name, filter] of filters) {
  if (only && !only.split(",").some((x) => name.includes(x))) continue
  for (const order of ['newest', 'oldest'] as const) {
    const times: string[] = []
    let after: string | undefined, sizes: number[] = []
    for (let p = 0; p < 4; p++) {
      const t0 = performance.now()
      const page = await store.searchEvents(T, { filter, order, limit: 50, ...(after && { after }) })
      const ms = performance.now() - t0
      times.push(ms.toFixed(0)); all.push(ms); sizes.push(page.events.length)
      after = page.next
      if (!after) break
    }
    console.log(name.padEnd(24), order, times.join(' ').padEnd(20), sizes.join(' '), after ? '…' : '')
  }
}
if (!only) for (const [name, q] of [['90 d by day', { from: now - 90 * day, to: now, bucket: 'day' }], ['90 d by day state', { from: now - 90 * day, to: now, bucket: 'day', by: ['state'] }], ['7 d by hour', { from: now - 7 * day, to: now, bucket: 'hour' }], ['90 d by hour state', { from: now - 90 * day, to: now, bucket: 'hour', by: ['state'] }]] as const) {
  for (let i = 0; i < 2; i++) { const t0 = performance.now(); const rows = await store.rollUps(T, q as any); const t1 = performance.now(); const r2 = await store.ruleRollUps(T, { ...q, by: undefined } as any); console.log(name, rows.length, (t1 - t0).toFixed(0), 'ms; rules', r2.length, (performance.now() - t1).toFixed(0)) }
}
all.sort((a, b) => a - b)
console.log('pages', all.length, 'p50', all[all.length >> 1]!.toFixed(0), 'p95', all[Math.floor(all.length * 0.95)]!.toFixed(0), 'max', all.at(-1)!.toFixed(0))
await store.close()
