import { transferAction } from './actions.ts'
import { authsignal } from './authsignal.ts'
import { end, execute, listTransfers, type Transfer } from './bank.ts'
import { sdk } from './mfa.ts'
import type { Person } from './people.ts'
import { sallyport, type TransferData } from './sallyport.ts'

/** The data of a transfer that are tracked, and later compared with the approved data. */
export function transferData(transfer: Transfer): TransferData {
  return { transactionValue: transfer.amountInCents / 100, recipient: `${transfer.payee.name}, ${transfer.payee.accountNumber}` }
}

/**
 * Executes a pending transfer if the token proves that its owner approved it. The browser sends only the token and the transfer's id. Amount
 * and payee come from the stored transfer; if they differ from the approved ones, no money moves.
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
 * A sign-in with the article's packages names no transfer, so only one may wait for it: a new transfer replaces an abandoned one. With
 * `signIn({ token })` any number can wait.
 */
export function endWaitingTransfers(person: Person, transfer: Transfer): void {
  if (sdk() !== 'authsignal') return
  for (const other of listTransfers(person)) if (other !== transfer) end(other, 'cancelled')
}

const longestApprovalInMilliseconds = 5 * 60 * 1000

/**
 * With the article's packages the browser signs in for the *action*, which makes a separate action instance. It proves that the customer was
 * present with a passkey, not that they agreed to this transfer, and nothing can bind the two. The remaining checks are that the sign-in came
 * after the transfer and recently, and that no other pending transfer exists for which it could have been meant.
 */
async function isSignInApproved(person: Person, transfer: Transfer, token: string): Promise<boolean> {
  const approval = await authsignal.validateChallenge({ token, action: transferAction, userId: person.id })
  const signedInAt = Date.parse(approval.stateUpdatedAt ?? '')
  const pending = listTransfers(person).filter((candidate) => candidate.status === 'pending')
  return (
    approval.isValid && signedInAt >= transfer.createdAt && Date.now() - signedInAt <= longestApprovalInMilliseconds && pending.length === 1
  )
}
