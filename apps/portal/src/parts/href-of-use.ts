interface Use {
  kind: 'rule' | 'velocity_feature' | 'requirement' | 'test'
  actionCode?: string | undefined
  ruleId?: string | undefined
  name?: string | undefined
}

/** The page where a use can be looked at and changed. */
export function hrefOfUse({ kind, actionCode, ruleId, name }: Use): string | undefined {
  if (kind === 'velocity_feature') return name === undefined ? undefined : `/features/${encodeURIComponent(name)}`
  if (actionCode === undefined) return undefined
  const policy = `/actions/${encodeURIComponent(actionCode)}`
  return kind === 'rule' && ruleId !== undefined ? `${policy}/rules/${encodeURIComponent(ruleId)}` : policy
}
