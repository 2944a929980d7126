import { cookies } from 'next/headers'
import { Bank } from '@/components/bank'
import { Frame } from '@/components/frame'
import { SignIn } from '@/components/sign-in'
import { balanceOf, listTransfers } from '@/lib/bank'
import { connectionCookie, findConnection } from '@/lib/connections'
import { listWays } from '@/lib/list-ways'
import { sdk } from '@/lib/mfa'
import { sallyportConfig } from '@/lib/sallyport'
import { currentPerson } from '@/lib/session'
import { toTransferView } from '@/lib/transfer-view'

export default async function Page() {
  const person = await currentPerson()
  if (person === undefined) return <SignIn />
  const { name, email, accountName, accountNumber, payees, history } = person
  const { id: connection } = findConnection((await cookies()).get(connectionCookie)?.value)
  return (
    <Frame page="payments" sdk={sdk()} connection={connection} name={name}>
      <Bank
        config={{ sdk: sdk(), ...sallyportConfig() }}
        person={{ name, email, accountName, accountNumber, payees, history, balanceInCents: balanceOf(person) }}
        ways={await listWays(person)}
        transfers={listTransfers(person).map(toTransferView)}
      />
    </Frame>
  )
}
