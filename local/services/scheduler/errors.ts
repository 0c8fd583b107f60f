import { AwsError } from '../../errors.ts'

export const validation = (message: string): AwsError => new AwsError('ValidationException', message)
export const notFound = (message: string): AwsError => new AwsError('ResourceNotFoundException', message)
export const conflict = (message: string): AwsError => new AwsError('ConflictException', message)

export const scheduleNotFound = (name: string): AwsError => notFound(`Schedule ${name} does not exist.`)
export const groupNotFound = (name: string): AwsError => notFound(`Schedule group ${name} does not exist.`)

/** The group that every account has can neither be made nor deleted (measured of CreateScheduleGroup, September 2026). */
export const notOnDefault = (): AwsError => validation('This operation cannot be performed on schedule group default.')
