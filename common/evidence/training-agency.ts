import { z } from 'zod';
import { roleSchema } from '../access/index.ts';

/** The made-up department of `assets/training/agency.json`. Nothing in it is a real person, place or number. */
export const trainingAgencySchema = z.object({
  name: z.string().min(1),
  /** IANA zone in which its cameras write their times. */
  zone: z.string().min(1),
  /** Its people at the station. `practised`: offered on the first screen to be practised as. */
  accounts: z
    .array(
      z.object({
        username: z.string().min(1),
        displayName: z.string().min(1),
        role: roleSchema,
        practised: z.boolean(),
      }),
    )
    .min(1)
    .refine((accounts) => accounts.some((one) => one.role === 'admin'), 'nobody administrates it'),
  officers: z.array(
    z.object({
      badge: z.string(),
      name: z.string(),
      role: z.enum(['patrol', 'sergeant', 'detective', 'school-resource', 'chief']),
      device: z.string(),
    }),
  ),
  cruisers: z.array(z.object({ unit: z.string(), device: z.string() })),
  /** Dispatch calls that the clips belong to; times in UTC. */
  calls: z.array(
    z.object({
      number: z.string(),
      kind: z.string(),
      place: z.string(),
      from: z.iso.datetime(),
      until: z.iso.datetime(),
    }),
  ),
});
export type TrainingAgency = Readonly<z.infer<typeof trainingAgencySchema>>;
