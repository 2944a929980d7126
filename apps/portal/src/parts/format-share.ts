/** `12 %`; `0.3 %` where it is little, `< 0.1 %` where it is less; empty where there is nothing to take a share of. */
export function formatShare(part: number, all: number): string {
  if (all <= 0) return ''
  const percent = (part / all) * 100
  if (percent > 0 && percent < 0.1) return '< 0.1 %'
  if (percent < 100 && percent > 99.9) return '> 99.9 %'
  const digits = percent < 10 || percent > 99 ? 1 : 0
  return `${percent.toLocaleString('en', { maximumFractionDigits: digits })} %`
}
