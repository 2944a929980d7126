import { NextResponse } from 'next/server'
import { findTransfer } from '@/lib/bank'
import { readDecision } from '@/lib/read-decision'
import { currentPerson } from '@/lib/session'

/** Explains Sallyport's decision. A bank would show this to its analysts, not to the customer. */
export async function GET(_request: Request, { params }: { params: Promise<{ id: string }> }) {
  const person = await currentPerson()
  const transfer = person && findTransfer(person, (await params).id)
  if (transfer === undefined) return NextResponse.json({ message: 'There is no such transfer.' }, { status: 404 })
  try {
    return NextResponse.json(await readDecision(transfer))
  } catch (error) {
    console.error('the decision could not be read:', error)
    return NextResponse.json({ message: 'The decision could not be read.' }, { status: 503 })
  }
}
