import { currentLanguage } from './language.ts'
import { useLanguage } from './messages.ts'

const none = '–'

// percent writes a share as people say it: 85 %, and never 100 % where something is missing.
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined) return none
  const whole = Math.round(share * 100)
  return `${whole === 100 && share < 1 ? 99 : whole}%`
}

// duration writes minutes as people say them: 2 h 40 min, 2 小时 40 分.
export function duration(minutes: number | null | undefined): string {
  if (minutes === null || minutes === undefined) return none
  const [hours, rest] = [Math.floor(minutes / 60), Math.round(minutes % 60)]
  const parts =
    currentLanguage() === 'en'
      ? ([
          [hours, 'h'],
          [rest, 'min'],
        ] as const)
      : ([
          [hours, '小时'],
          [rest, hours > 0 ? '分' : '分钟'],
        ] as const)
  const said = parts.filter(([n]) => n > 0).map(([n, unit]) => `${n.toLocaleString(currentLanguage())} ${unit}`)
  return said.join(' ') || `0 ${parts[1][1]}`
}

export function number(value: number | null | undefined, digits = 0): string {
  if (value === null || value === undefined) return none
  return value.toLocaleString(currentLanguage(), { maximumFractionDigits: digits })
}

export function date(time: string | null | undefined): string {
  return time ? new Date(time).toLocaleDateString(currentLanguage(), { year: 'numeric', month: 'short', day: 'numeric' }) : none
}

export function dateTime(time: string | null | undefined): string {
  return time ? new Date(time).toLocaleString(currentLanguage(), { dateStyle: 'medium', timeStyle: 'short' }) : none
}

// dateTimeSeconds is for records in which the order of acts within a minute matters.
export function dateTimeSeconds(time: string | null | undefined): string {
  return time ? new Date(time).toLocaleString(currentLanguage(), { dateStyle: 'medium', timeStyle: 'medium' }) : none
}

// languageName writes the language of a tag such as zh-CN, and the tag itself where it is none.
export function languageName(tag: string | null | undefined): string {
  if (!tag) return none
  try {
    return new Intl.DisplayNames(currentLanguage(), { type: 'language', languageDisplay: 'standard' }).of(tag.split('-')[0] ?? tag) ?? tag
  } catch {
    return tag
  }
}

type Named = { name: string; nameEn?: string | null }

// nameOf returns the name of an entity in the language of the person, where it has one.
export function nameOf(entity: Named): string {
  return currentLanguage() === 'en' ? (entity.nameEn ?? entity.name) : entity.name
}

// useFormat returns the functions above, and renders again when the language changes.
export function useFormat() {
  useLanguage()
  return { percent, duration, number, date, dateTime, dateTimeSeconds, languageName, nameOf }
}
