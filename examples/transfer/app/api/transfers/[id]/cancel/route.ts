import { NextResponse } from 'next/server'
import { end, findTransfer } from '@/lib/bank'
import { currentPerson } from '@/lib/session'

/** Cancels a transfer for a customer who changed their mind. It can no longer be approved. */
export async function POST(_request: Request, { params }: { params: Promise<{ id: string }> }) {
  const person = await currentPerson()
  const transfer = person && findTransfer(person, (await params).id)
  if (transfer === undefined) return NextResponse.json({ message: 'There is no such transfer.' }, { status: 404 })
  end(transfer, 'cancelled')
  return NextResponse.json({ status: transfer.status })
}
