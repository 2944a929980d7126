import { cookies } from 'next/headers'
import { Bank } from '@/components/bank'
import { SignIn } from '@/components/sign-in'
import { balanceOf, listTransfers } from '@/lib/bank'
import { connectionCookie, findConnection } from '@/lib/connections'
import { listWays } from '@/lib/list-passkeys'
import { sdk } from '@/lib/mfa'
import { sallyportConfig } from '@/lib/sallyport'
import { currentPerson } from '@/lib/session'
import { toTransferView } from '@/lib/transfer-view'

export default async function Page() {
  const person = await currentPerson()
  if (person === undefined) return <SignIn />
  const { name, email, accountName, accountNumber, payees, history } = person
  return (
    <Bank
      config={{ sdk: sdk(), ...sallyportConfig() }}
      connection={findConnection((await cookies()).get(connectionCookie)?.value).id}
      person={{ name, email, accountName, accountNumber, payees, history, balanceInCents: balanceOf(person) }}
      {...(await listWays(person))}
      transfers={listTransfers(person).map(toTransferView)}
    />
  )
}
