import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js'
import { z } from 'zod'
import { ApiError } from '../../errors/api-error.ts'
import type { MethodSettings } from '../../tenants/configurable-method.ts'
import { prefixLimitFields } from '../../tries/limit-settings.ts'
import { applyCodeSettings, type CodeSettings, codeFields } from './code-settings.ts'

/** The stored settings of a method that sends to phones. */
export interface PhoneSettings extends CodeSettings {
  smsCountryCodes?: string[]
  defaultCountryCode?: string
}

/** Members of the configuration that every method has which sends to phones. */
export const phoneFields = {
  ...codeFields,
  ...prefixLimitFields,
  smsCountryCodes: z
    .array(z.string().max(2))
    .max(260)
    .nullish()
    .meta({
      description: 'Countries whose numbers are sent to (ISO 3166-1). Until there is one, nothing is sent.',
      examples: [['NZ', 'AU']],
    }),
  defaultCountryCode: z
    .string()
    .max(2)
    .nullish()
    .meta({ description: 'Of numbers that are typed without their country.', examples: ['NZ'] }),
}

export function applyPhoneSettings(before: MethodSettings, sent: MethodSettings): PhoneSettings {
  const settings = applyCodeSettings(before, sent) as PhoneSettings
  const named = [...(settings.smsCountryCodes ?? []), ...(settings.defaultCountryCode === undefined ? [] : [settings.defaultCountryCode])]
  const unknown = named.find((country) => !isSupportedCountry(country))
  if (unknown !== undefined) throw new ApiError('invalid_request', `\`${unknown}\` is not the code of a country with a telephone network`)
  return settings
}

/** A phone number as E.164. Refuses one that cannot be dialled, and one of a country that the tenant does not send to. */
export function readPhoneNumber({ smsCountryCodes = [], defaultCountryCode }: PhoneSettings, text: string): string {
  const parsed = parsePhoneNumberFromString(text.trim(), { defaultCountry: defaultCountryCode as CountryCode | undefined, extract: false })
  if (!parsed?.isValid()) {
    throw new ApiError('invalid_request', '`phoneNumber` is not a phone number that can be dialled, such as `+64 21 123 4567`')
  }
  if (smsCountryCodes.length === 0) {
    throw new ApiError('invalid_configuration', 'no country is allowed yet: set `smsCountryCodes` of the configuration')
  }
  if (parsed.country === undefined || !smsCountryCodes.includes(parsed.country)) {
    throw new ApiError('invalid_request', `numbers of ${parsed.country ?? 'no country'} are not sent to`)
  }
  return parsed.number
}
