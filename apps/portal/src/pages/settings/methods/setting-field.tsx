import { Checkbox } from '../../../parts/checkbox.tsx'
import { Select } from '../../../parts/select.tsx'
import { TextArea, TextField } from '../../../parts/text-field.tsx'
import { CountriesField, CountryField } from './country-picker.tsx'
import type { Draft, Value } from './method-draft.ts'
import type { Setting } from './read-setting.ts'

/** One member of a configuration, by its kind. */
export function SettingField({
  setting,
  value,
  onValue,
  isDisabled,
  isKept = false,
}: {
  setting: Setting
  value: Value | undefined
  onValue: (value: Value) => void
  isDisabled: boolean
  /** Of a secret: the server has one. */
  isKept?: boolean
}) {
  const { label, hint } = setting
  const field = { label, hint, value: typeof value === 'string' ? value : '', onValue }
  switch (setting.kind) {
    case 'flag':
      return <Checkbox label={label} checked={value === true} onChecked={onValue} />
    case 'choice':
      return <Select {...field} disabled={isDisabled} options={setting.options} />
    case 'number':
      return <TextField {...field} inputMode="numeric" hint={[hint, rangeOf(setting)].filter(Boolean).join(' ')} />
    case 'secret':
      return (
        <TextField
          {...field}
          type="password"
          autoComplete="new-password"
          placeholder={isKept ? 'Kept. Type another one to replace it' : ''}
        />
      )
    case 'long text':
    case 'texts':
      return <TextArea {...field} rows={3} isMono={setting.kind === 'texts'} />
    case 'country':
      return <CountryField {...field} isDisabled={isDisabled} />
    case 'countries':
      return (
        <CountriesField label={label} hint={hint} value={Array.isArray(value) ? value : []} onValue={onValue} isDisabled={isDisabled} />
      )
    case 'group': {
      const draft = (typeof value === 'object' ? value : {}) as Draft
      return (
        <fieldset className="space-y-3 border-l-2 pl-3">
          <legend className="text-sm font-medium">{label}</legend>
          {setting.members.map((member) => (
            <SettingField
              key={member.name}
              setting={member}
              value={draft[member.name]}
              onValue={(next) => onValue({ ...draft, [member.name]: next })}
              isDisabled={isDisabled}
              isKept={isKept}
            />
          ))}
        </fieldset>
      )
    }
    case 'text':
      return <TextField {...field} />
  }
}

function rangeOf({ minimum, maximum }: { minimum: number | undefined; maximum: number | undefined }): string {
  if (minimum === undefined || maximum === undefined) return ''
  return `From ${minimum.toLocaleString('en')} to ${maximum.toLocaleString('en')}.`
}
