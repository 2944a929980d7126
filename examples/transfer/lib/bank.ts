import { randomUUID } from 'node:crypto'
import { findPerson, type Payee, type Person } from './people.ts'

/**
 * - `pending`: stored, no money moved; waits for the decision or for the customer's approval.
 * - `executed`, `declined`, `cancelled`: final states.
 */
export type TransferStatus = 'pending' | 'executed' | 'declined' | 'cancelled'

export interface Transfer {
  /** Also the idempotency key of its track. */
  id: string
  userId: string
  payee: Payee
  amountInCents: number
  createdAt: number
  status: TransferStatus
}

export type Refusal = 'unknown_payee' | 'invalid_amount' | 'insufficient_funds'

interface Books {
  balances: Map<string, number>
  transfers: Map<string, Transfer>
}

const longestAmountInCents = 100_000_000

/** In memory, and shared by all route bundles of the process. */
function books(): Books {
  const place = globalThis as { northmereBooks?: Books }
  place.northmereBooks ??= { balances: new Map(), transfers: new Map() }
  return place.northmereBooks
}

export function balanceOf(person: Person): number {
  return books().balances.get(person.id) ?? person.openingBalanceInCents
}

/** Stores a transfer. Moves no money. */
export function createTransfer(person: Person, payeeId: unknown, amount: unknown): Transfer | Refusal {
  const payee = person.payees.find((candidate) => candidate.id === payeeId)
  if (payee === undefined) return 'unknown_payee'
  const amountInCents = toCents(amount)
  if (amountInCents === undefined) return 'invalid_amount'
  if (amountInCents > balanceOf(person)) return 'insufficient_funds'

  const transfer: Transfer = { id: randomUUID(), userId: person.id, payee, amountInCents, createdAt: Date.now(), status: 'pending' }
  books().transfers.set(transfer.id, transfer)
  return transfer
}

/** Converts a positive amount in dollars to whole cents. Refuses anything else. */
function toCents(amount: unknown): number | undefined {
  if (typeof amount !== 'number' || !Number.isFinite(amount)) return undefined
  const cents = Math.round(amount * 100)
  return cents > 0 && cents <= longestAmountInCents && Math.abs(cents - amount * 100) < 1e-6 ? cents : undefined
}

/** Finds a transfer of this customer, never of another one. */
export function findTransfer(person: Person, id: unknown): Transfer | undefined {
  const transfer = typeof id === 'string' ? books().transfers.get(id) : undefined
  return transfer?.userId === person.id ? transfer : undefined
}

/** A customer's transfers, newest first. */
export function listTransfers(person: Person): Transfer[] {
  return [...books().transfers.values()].filter((transfer) => transfer.userId === person.id).reverse()
}

/**
 * Moves the money, and is the only function that does. False when the transfer is no longer pending or the balance is now too small, so that
 * nothing happens twice. It is synchronous, so that no two requests both find the transfer pending.
 */
export function execute(transfer: Transfer): boolean {
  const person = findPerson(transfer.userId)
  if (person === undefined || transfer.status !== 'pending') return false
  const left = balanceOf(person) - transfer.amountInCents
  if (left < 0) {
    transfer.status = 'declined'
    return false
  }
  books().balances.set(person.id, left)
  transfer.status = 'executed'
  return true
}

/** Ends a pending transfer without moving anything. */
export function end(transfer: Transfer, status: 'declined' | 'cancelled'): void {
  if (transfer.status === 'pending') transfer.status = status
}
