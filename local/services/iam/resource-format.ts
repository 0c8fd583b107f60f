const iamPaths = [
  ...['user/', 'federated-user/', 'role/', 'group/', 'instance-profile/', 'mfa/', 'server-certificate/', 'policy/'],
  ...['sms-mfa/', 'saml-provider/', 'oidc-provider/', 'report/', 'access-report/'],
]

/** What IAM says of a resource that is no ARN pattern; `undefined` where it is one (AWS's answers as moto's contributors saw them). */
export function resourceMisfit(resource: string): string | undefined {
  if (resource === '*') return undefined
  const [head, partition, vendor, region, account, ...rest] = resource.split(':')
  if (head === undefined || partition === undefined) return `Resource ${resource} must be in ARN format or "*".`
  if (partition !== 'aws') {
    const path = rest.length === 0 ? '*' : rest.join(':')
    // What is missing is told as an asterisk.
    const told = `arn:${partition}:${vendor || (region === undefined ? '*' : '')}:${region ?? '*'}:${account ?? '*'}:${path}`
    return `Partition "${partition}" is not valid for resource "${told}".`
  }
  if (vendor === undefined) return 'Resource vendor must be fully qualified and cannot contain regexes.'
  const path = rest.join(':')
  if (vendor === 'iam' && region !== '') return `IAM resource ${resource} cannot contain region information.`
  // Access points have a region.
  if (vendor === 's3' && region !== '' && region !== '*' && !path.startsWith('accesspoint') && rest.length > 0)
    return `Resource ${resource} can not contain region information.`
  if (vendor === 'iam' && path !== '*' && !iamPaths.some((start) => path.startsWith(start)))
    return `IAM resource path must either be "*" or start with ${iamPaths.join(', ')}.`
  return undefined
}

/** What only IAM's older parser refuses: too few parts around an empty one, and no vendor. */
export const unparsable = (resource: string): boolean => {
  if (resource === '*') return false
  const parts = resource.split(':')
  return (parts.length < 6 && resource.includes('::')) || parts[2] === ''
}
