import { NextResponse } from 'next/server'
import { transferAction } from '@/lib/actions'
import { findTransfer } from '@/lib/bank'
import { sallyport } from '@/lib/sallyport'
import { currentPerson } from '@/lib/session'

/** "This was not me": Sallyport unlearns the transfer. The article's package has no call for this. */
export async function POST(_request: Request, { params }: { params: Promise<{ id: string }> }) {
  const person = await currentPerson()
  const transfer = person && findTransfer(person, (await params).id)
  if (transfer === undefined) return NextResponse.json({ message: 'There is no such transfer.' }, { status: 404 })
  await sallyport.disputeAction({ userId: transfer.userId, action: transferAction, idempotencyKey: transfer.id })
  return NextResponse.json({})
}
