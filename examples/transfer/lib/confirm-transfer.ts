import { transferAction } from './actions.ts'
import { authsignal } from './authsignal.ts'
import { end, execute, listTransfers, type Transfer } from './bank.ts'
import { sdk } from './mfa.ts'
import type { Person } from './people.ts'
import { sallyport, type TransferData } from './sallyport.ts'

/** What is tracked of a transfer, and later compared with what was approved. */
export function transferData(transfer: Transfer): TransferData {
  return { transactionValue: transfer.amountInCents / 100, recipient: `${transfer.payee.name}, ${transfer.payee.accountNumber}` }
}

/**
 * Executes a pending transfer if the token proves that its owner approved it. The browser sends the token and the transfer's id, nothing else:
 * amount and payee are the stored ones, and they are what was approved, or nothing moves.
 */
export async function confirmTransfer(person: Person, transfer: Transfer, token: string): Promise<boolean> {
  if (transfer.userId !== person.id || transfer.status !== 'pending') return false
  const isApproved =
    sdk() === 'authsignal' ? await isSignInApproved(person, transfer, token) : await isTransferApproved(person, transfer, token)
  return isApproved && execute(transfer)
}

async function isTransferApproved(person: Person, transfer: Transfer, token: string): Promise<boolean> {
  const approval = await sallyport.validateChallenge({
    token,
    action: transferAction,
    userId: person.id,
    idempotencyKey: transfer.id,
    custom: transferData(transfer),
  })
  return approval.isValid
}

/**
 * A sign-in with the article's packages names no transfer, so only one may wait for it: a new transfer takes the place of one that was left alone.
 * With `signIn({ token })` any number can wait.
 */
export function endWaitingTransfers(person: Person, transfer: Transfer): void {
  if (sdk() !== 'authsignal') return
  for (const other of listTransfers(person)) if (other !== transfer) end(other, 'cancelled')
}

const longestApprovalInMilliseconds = 5 * 60 * 1000

/**
 * With the article's packages the browser signs in for the *action*, which makes an action instance of its own: it proves that the customer was
 * there with a passkey, not that this transfer was what they agreed to. Nothing can bind the two. What is left to check is that the sign-in came
 * after the transfer, recently, and that it can not have been meant for another transfer, because there is no other pending.
 */
async function isSignInApproved(person: Person, transfer: Transfer, token: string): Promise<boolean> {
  const approval = await authsignal.validateChallenge({ token, action: transferAction, userId: person.id })
  const signedInAt = Date.parse(approval.stateUpdatedAt ?? '')
  const pending = listTransfers(person).filter((candidate) => candidate.status === 'pending')
  return (
    approval.isValid && signedInAt >= transfer.createdAt && Date.now() - signedInAt <= longestApprovalInMilliseconds && pending.length === 1
  )
}
