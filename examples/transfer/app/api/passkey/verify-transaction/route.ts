import { type NextRequest, NextResponse } from 'next/server'
import { transferAction } from '@/lib/actions'
import { createTransfer, end, execute, type Refusal } from '@/lib/bank'
import { clientContext } from '@/lib/client-context'
import { endWaitingTransfers, transferData } from '@/lib/confirm-transfer'
import { mfa } from '@/lib/mfa'
import { readReason } from '@/lib/read-decision'
import { currentPerson } from '@/lib/session'
import { toTransferView } from '@/lib/transfer-view'

const refusals: Record<Refusal, string> = {
  unknown_payee: 'Choose somebody to pay.',
  invalid_amount: 'Enter an amount in dollars and cents.',
  insufficient_funds: 'There is not enough money in your account.',
}

/** Stores the transfer, asks Sallyport for a decision, and acts on it. */
export async function POST(request: NextRequest) {
  const person = await currentPerson()
  if (person === undefined) return NextResponse.json({ message: 'Please sign in.' }, { status: 401 })
  const { amount, recipient, device } = await request.json()

  const transfer = createTransfer(person, recipient, amount)
  if (typeof transfer === 'string') return NextResponse.json({ message: refusals[transfer] }, { status: 400 })

  endWaitingTransfers(person, transfer)
  try {
    const { state, token, isEnrolled, enrolledVerificationMethods, allowedVerificationMethods } = await mfa().track({
      userId: person.id,
      action: transferAction,
      attributes: { ...(await clientContext(device)), idempotencyKey: transfer.id, email: person.email, custom: transferData(transfer) },
    })

    if (state === 'ALLOW') {
      const isExecuted = execute(transfer)
      return NextResponse.json({ outcome: isExecuted ? 'executed' : 'declined', transfer: toTransferView(transfer) })
    }
    if (state === 'CHALLENGE_REQUIRED' && isEnrolled) {
      return NextResponse.json({
        outcome: 'challenge',
        requiresVerification: true,
        token,
        message: await readReason(transfer),
        emailCode: !enrolledVerificationMethods?.includes('EMAIL_OTP')
          ? 'off'
          : allowedVerificationMethods?.includes('EMAIL_OTP')
            ? 'accepted'
            : 'refused',
        transfer: toTransferView(transfer),
      })
    }
    // A user without a passkey cannot be asked for it, and a passkey enrolled under suspicion would prove nothing.
    end(transfer, 'declined')
    return NextResponse.json({ outcome: state === 'CHALLENGE_REQUIRED' ? 'unenrolled' : 'declined', transfer: toTransferView(transfer) })
  } catch (error) {
    // Without a decision nothing is allowed.
    end(transfer, 'declined')
    console.error('the transfer could not be checked:', error)
    return NextResponse.json({ message: 'We could not check this transfer just now, so nothing was sent.' }, { status: 503 })
  }
}
