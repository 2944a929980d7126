import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { manage } from './bank.ts'
import { bankConditions } from './bank-rules.ts'
import type { PeerProcess } from './peer-process.ts'
import { addressList, addressListFile } from './write-address-list.ts'

/** What people and schedules do to a server while it decides. */
export interface Disturbance {
  what: string
  /** Minutes from the start, and how long it took. */
  minute: number
  seconds: number
}

const listItems = 100_000
const itemsAtOnce = 1_000
const listedRanges = 200_000
const list = 'open-loop'
/** Made before anything is measured: this process sends the requests, and must not stand still meanwhile. */
const addressLists = Array.from({ length: 9 }, (_, index) => addressList(listedRanges + index))

/** Makes what the disturbances change. */
export async function prepareDisturbances(peer: PeerProcess): Promise<void> {
  const valueListItems = Array.from({ length: listItems }, (_, index) => `DE${index}`)
  await manage(peer, 'POST', '/value-lists', { name: list, alias: list, itemType: 'string', valueListItems })
}

/** A backtest of all history, a change of a long list, and other IP data, one after the other, evenly over the time, each three times. */
export async function disturb(peer: PeerProcess, dataDir: string, minutes: number, signal: AbortSignal): Promise<Disturbance[]> {
  const startedAt = performance.now()
  const done: Disturbance[] = []
  const works = Object.entries({ backtest, 'list change': changeList, 'IP data swap': swapLists })
  const turns = works.length * 3
  for (let turn = 0; turn < turns; turn++) {
    const due = ((turn + 0.5) / turns) * minutes * 60_000
    await pause(Math.max(0, startedAt + due - performance.now()), undefined, { signal }).catch(() => undefined)
    if (signal.aborted) break
    const [what, work] = works[turn % works.length] as (typeof works)[number]
    const begunAt = performance.now()
    await work(peer, dataDir, turn)
    done.push({ what, minute: (begunAt - startedAt) / 60_000, seconds: (performance.now() - begunAt) / 1_000 })
  }
  return done
}

/** Asked for its progress: beside much load it takes longer than `fetch` waits for an answer to begin. */
async function backtest(peer: PeerProcess): Promise<void> {
  const rules = Array.from({ length: 20 }, (_, index) => ({ name: `draft ${index}`, type: 'BLOCK', conditions: bankConditions(index + 1) }))
  const from = new Date(Date.now() - 365 * 86_400_000).toISOString()
  const path = '/action-configurations/transfer/backtests'
  const text = await manage(peer, 'POST', path, { from, draft: { rules } }, { accept: 'application/x-ndjson' })
  if (!text.includes('{"type":"result"')) throw new Error(`a backtest ended without a result: ${text.slice(-500)}`)
}

async function changeList(peer: PeerProcess, _: string, turn: number): Promise<void> {
  const add = Array.from({ length: itemsAtOnce }, (_, index) => `AT${turn}-${index}-${Date.now()}`)
  await manage(peer, 'POST', `/value-lists/${list}/items`, { add })
}

async function swapLists(peer: PeerProcess, dataDir: string, turn: number): Promise<void> {
  await mkdir(path.join(dataDir, 'ip'), { recursive: true })
  await writeFile(path.join(dataDir, 'ip', addressListFile), addressLists[turn % addressLists.length] as string)
  await peer.ask({ type: 'readListsAgain' })
}
