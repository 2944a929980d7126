import { type NextRequest, NextResponse } from 'next/server'
import { findPerson } from '@/lib/people'
import { signIn, signOut } from '@/lib/session'

export async function POST(request: NextRequest) {
  const { userId } = await request.json()
  const person = findPerson(userId)
  if (person === undefined) return NextResponse.json({ message: 'Nobody of that name banks here.' }, { status: 404 })
  await signIn(person)
  return NextResponse.json({ userId: person.id })
}

export async function DELETE() {
  await signOut()
  return NextResponse.json({})
}
