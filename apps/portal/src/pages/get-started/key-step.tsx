import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from 'wouter'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { CodeBlock } from '../../parts/code-block.tsx'
import { Problem } from '../../parts/problem.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import { keyLine } from './write-code.ts'

/** The secret key of the application's server: typed in or made here. It stays in this page's memory, and ends with it. */
export function KeyStep({ secretKey, onKey }: { secretKey: string; onKey: (key: string) => void }) {
  const { may } = useMe()
  const client = useQueryClient()
  const create = useMutation({
    mutationFn: () =>
      api.post('/keys', { body: { kind: 'secret', name: `get-started-${new Date().toISOString().slice(0, 19).replaceAll(':', '.')}` } }),
    onSuccess: ({ key }) => {
      onKey(key)
      announce('The key is made. Copy the line below: it is not shown again.')
      return client.invalidateQueries({ queryKey: ['keys'] })
    },
    gcTime: 0,
  })
  return (
    <>
      <p>
        Your server signs its calls with a secret key. You were shown the first one when the tenant was made. This page does not store it:
        it only puts it into the line below.
      </p>
      <div className="flex max-w-2xl flex-wrap items-end gap-2">
        <TextField
          label="Your secret key"
          type="password"
          value={secretKey}
          onValue={onKey}
          isMono
          className="flex-1 basis-56"
          placeholder="Paste it, or leave it empty"
        />
        {may('POST /keys') && (
          <Button isBusy={create.isPending} onClick={() => create.mutate()}>
            Make a new one
          </Button>
        )}
      </div>
      {create.isError && <Problem what="No key was made" error={create.error} />}
      <CodeBlock title="In the shell that starts your server" code={keyLine(secretKey)} label="the line with the key" />
      <p className="text-xs text-soft">
        {may('GET /keys') ? (
          <>
            Keys are named and revoked under{' '}
            <Link href="/settings/keys" className="text-accent underline">
              Settings, Keys
            </Link>
            .
          </>
        ) : (
          'An owner or an admin makes keys, and gives you one.'
        )}
      </p>
    </>
  )
}
