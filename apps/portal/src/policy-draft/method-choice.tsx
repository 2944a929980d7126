import { useQuery } from '@tanstack/react-query'
import { api } from '../api/api.ts'
import { Checkbox } from '../parts/checkbox.tsx'
import { methodWords } from '../parts/method-words.ts'
import { Select } from '../parts/select.tsx'

/** The methods that the tenant has turned on, and those that are `chosen` already. */
function useMethods(chosen: readonly string[]): string[] {
  const { data = [] } = useQuery({
    queryKey: ['authenticator-configurations'],
    queryFn: ({ signal }) => api.get('/authenticator-configurations', { signal }),
    staleTime: 60_000,
  })
  const enabled = data.filter(({ isActive }) => isActive).map(({ verificationMethod }) => verificationMethod as string)
  return [...new Set([...enabled, ...chosen])]
}

/** Which methods may answer a challenge. None ticked: `otherwise`. */
export function MethodChoice(props: {
  label: string
  otherwise: string
  chosen: readonly string[]
  onChosen: (methods: string[]) => void
}) {
  const { label, otherwise, chosen, onChosen } = props
  const methods = useMethods(chosen)
  return (
    <fieldset className="m-0 border-0 p-0">
      <legend className="mb-1 text-sm font-medium">{label}</legend>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        {methods.map((method) => (
          <Checkbox
            key={method}
            label={methodWords(method)}
            checked={chosen.includes(method)}
            onChecked={(on) => onChosen(methods.filter((one) => (one === method ? on : chosen.includes(one))))}
          />
        ))}
      </div>
      <p className="mt-1 text-xs text-soft">
        {methods.length === 0 ? 'No method is set up yet: that is done in the settings.' : `None ticked: ${otherwise}.`}
      </p>
    </fieldset>
  )
}

/** The method that a user who has several is asked for first. */
export function FirstMethod({
  otherwise,
  value,
  onValue,
}: {
  otherwise: string
  value: string | null | undefined
  onValue: (method: string | null) => void
}) {
  const methods = useMethods(value ? [value] : [])
  return (
    <Select
      label="Asked for first"
      value={value ?? ''}
      onValue={(method) => onValue(method || null)}
      options={[{ value: '', label: otherwise }, ...methods.map((method) => ({ value: method, label: methodWords(method) }))]}
      hint="Where a user has more than one of the methods."
    />
  )
}
