import { cookies } from 'next/headers'
import { Frame } from '@/components/frame'
import { Security } from '@/components/security'
import { SignIn } from '@/components/sign-in'
import { connectionCookie, findConnection } from '@/lib/connections'
import { listWays } from '@/lib/list-ways'
import { sdk } from '@/lib/mfa'
import { sallyportConfig } from '@/lib/sallyport'
import { currentPerson } from '@/lib/session'

export default async function Page() {
  const person = await currentPerson()
  if (person === undefined) return <SignIn />
  const { name, email } = person
  const { id: connection } = findConnection((await cookies()).get(connectionCookie)?.value)
  return (
    <Frame page="security" sdk={sdk()} connection={connection} name={name}>
      <Security config={{ sdk: sdk(), ...sallyportConfig() }} person={{ name, email }} ways={await listWays(person)} />
    </Frame>
  )
}
