import { Chip } from '../../../parts/chip.tsx'
import { countryCodes } from '../../../parts/country-centres.ts'
import { countryName } from '../../../parts/country-name.ts'
import { Select } from '../../../parts/select.tsx'

/** Countries without a telephone network of their own. */
const silent = new Set(['AQ', 'BV', 'GS', 'HM', 'TF'])
const countries = countryCodes
  .filter((code) => !silent.has(code))
  .map((value) => ({ value, label: countryName(value) }))
  .sort((a, b) => a.label.localeCompare(b.label, 'en'))

interface Props {
  label: string
  hint: string | undefined
  isDisabled: boolean
}

/** One country, or none. */
export function CountryField({ label, hint, isDisabled, value, onValue }: Props & { value: string; onValue: (value: string) => void }) {
  return (
    <Select
      label={label}
      hint={hint}
      value={value}
      onValue={onValue}
      disabled={isDisabled}
      options={[{ value: '', label: 'None: each number names its country' }, ...countries]}
    />
  )
}

/** Several countries: what is chosen is a chip that can be taken away. */
export function CountriesField({
  label,
  hint,
  isDisabled,
  value,
  onValue,
}: Props & { value: readonly string[]; onValue: (value: readonly string[]) => void }) {
  return (
    <div className="space-y-2">
      <Select
        label={label}
        hint={hint}
        value=""
        onValue={(code) => onValue([...value, code])}
        disabled={isDisabled}
        options={[{ value: '', label: 'Allow a country …' }, ...countries.filter((country) => !value.includes(country.value))]}
      />
      <ul aria-label="Allowed countries" className="flex flex-wrap gap-1.5">
        {value.map((code) => (
          <li key={code} className="max-w-full">
            <Chip
              {...(isDisabled
                ? {}
                : { removeLabel: `Send nothing to ${countryName(code)}`, onRemove: () => onValue(value.filter((one) => one !== code)) })}
            >
              {countryName(code)}
            </Chip>
          </li>
        ))}
        {value.length === 0 && <li className="text-sm text-soft">No country is allowed.</li>}
      </ul>
    </div>
  )
}
