import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { ConfirmByName } from '../../parts/confirm-by-name.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Section } from '../../parts/section.tsx'
import { TextArea, TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import { useSettled } from '../../parts/use-settled.ts'
import { UserText } from '../../parts/user-text.tsx'
import { RelyingPartyCheck, TryHere } from './relying-party-check.tsx'
import { type Configuration, useConfigurations } from './use-configurations.ts'
import { wordsOf } from './words-of.ts'

/** Where the passkeys of users work. */
export function RelyingParty() {
  const query = useConfigurations()
  return (
    <Section title="Where passkeys work">
      <Loaded query={query} what="the relying party" lines={3}>
        {(configurations) => {
          const passkeys = configurations.find(({ verificationMethod }) => verificationMethod === 'PASSKEY')
          return passkeys === undefined ? (
            <Empty title="Passkeys are not set up.">They are set up under Methods.</Empty>
          ) : (
            <Form key={JSON.stringify([passkeys.relyingParty, passkeys.expectedOrigins])} passkeys={passkeys} />
          )
        }}
      </Loaded>
    </Section>
  )
}

function Form({ passkeys }: { passkeys: Configuration }) {
  const { authenticatorId, relyingParty = '', expectedOrigins = [] } = passkeys
  const { may } = useMe()
  const client = useQueryClient()
  const [rpId, setRpId] = useState(relyingParty)
  const [text, setText] = useState(expectedOrigins.join('\n'))
  const [isAsking, setAsking] = useState(false)
  const origins = wordsOf(text)
  const settled = useSettled(JSON.stringify({ relyingParty: rpId.trim(), expectedOrigins: origins }))
  const asked: { relyingParty: string; expectedOrigins: string[] } = JSON.parse(settled)
  const check = useQuery({
    queryKey: ['relying-party', asked],
    queryFn: ({ signal }) => api.post('/relying-party/check', { body: asked, signal }),
    placeholderData: (before) => before,
  })
  const put = (body: { relyingParty: string; expectedOrigins: string[] }) =>
    api
      .patch('/authenticator-configurations/{authenticatorId}', { path: { authenticatorId }, body })
      .then(() => client.invalidateQueries({ queryKey: ['authenticator-configurations'] }))
  const write = () => put({ relyingParty: rpId.trim(), expectedOrigins: origins })
  const save = useMutation({
    mutationFn: write,
    onSuccess: () => announce('Passkeys work there from now on.', () => put({ relyingParty, expectedOrigins })),
  })
  const mayChange = may('PATCH /authenticator-configurations/{authenticatorId}')
  const isChanged = rpId.trim() !== relyingParty || origins.join(' ') !== expectedOrigins.join(' ')
  return (
    <div className="grid max-w-5xl gap-x-8 gap-y-4 narrow:grid-cols-2">
      <form
        className="space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (rpId.trim() === relyingParty) save.mutate()
          else setAsking(true)
        }}
      >
        <TextField
          label="Relying party id"
          value={rpId}
          onValue={setRpId}
          isMono
          maxLength={253}
          disabled={!mayChange}
          hint="The domain that passkeys belong to, such as example.com. It cannot be changed for passkeys that exist."
        />
        <TextArea
          label="Origins"
          value={text}
          onValue={setText}
          isMono
          disabled={!mayChange}
          hint="The pages that may ask for them, one on each line, with scheme and port: https://app.example.com"
        />
        {mayChange && (
          <div className="flex flex-wrap gap-2">
            <Button type="submit" look="primary" disabled={!isChanged || origins.length === 0} isBusy={save.isPending}>
              Save
            </Button>
            {isChanged && (
              <Button
                onClick={() => {
                  setRpId(relyingParty)
                  setText(expectedOrigins.join('\n'))
                }}
              >
                Discard
              </Button>
            )}
          </div>
        )}
        {save.isError && <Problem what="Nothing was changed" error={save.error} />}
      </form>
      <div className="space-y-3">
        <h3 className="text-sm font-medium">What browsers say</h3>
        <Loaded query={check} what="what browsers say" lines={2}>
          {(found) => <RelyingPartyCheck rpId={asked.relyingParty} check={found} />}
        </Loaded>
        <TryHere key={asked.relyingParty} rpId={asked.relyingParty} origins={origins} />
      </div>
      <ConfirmByName
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title="Change the relying party id"
        name={relyingParty}
        verb="Change"
        onConfirm={async () => {
          await write()
          announce('The relying party id is changed.', () => put({ relyingParty, expectedOrigins }))
        }}
      >
        Passkeys belong to their domain for ever. Browsers no longer offer those of your users that were made for{' '}
        <UserText className="font-medium">{relyingParty}</UserText>; everybody has to make a new one. They work again if you change it back.
      </ConfirmByName>
    </div>
  )
}
