import { type NextRequest, NextResponse } from 'next/server'
import { findTransfer } from '@/lib/bank'
import { confirmTransfer } from '@/lib/confirm-transfer'
import { mfa } from '@/lib/mfa'
import { currentPerson } from '@/lib/session'

/** Checks what the passkey proved: with a transfer, that exactly this transfer is approved; without, that a passkey was enrolled. */
export async function POST(request: NextRequest) {
  const person = await currentPerson()
  if (person === undefined) return NextResponse.json({ message: 'Please sign in.' }, { status: 401 })
  const { token, transferId } = await request.json()
  if (typeof token !== 'string') return NextResponse.json({ message: 'The token is missing.' }, { status: 400 })

  if (transferId === undefined) {
    // The token comes from the browser, so the server is asked whether a passkey is enrolled.
    const { isEnrolled } = await mfa().getUser({ userId: person.id })
    return NextResponse.json({ isValid: isEnrolled })
  }

  const transfer = findTransfer(person, transferId)
  if (transfer === undefined) return NextResponse.json({ message: 'There is no such transfer.' }, { status: 404 })
  const isValid = await confirmTransfer(person, transfer, token)
  return NextResponse.json({ isValid, status: transfer.status }, { status: isValid ? 200 : 403 })
}
