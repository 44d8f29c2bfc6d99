import { X509Certificate } from 'node:crypto';

const block = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** How many certificates a PEM text holds. Throws when one of them cannot be read; text between them is not looked at. */
export function countCertificates(pem: string): number {
  const blocks = pem.match(block) ?? [];
  return blocks.map((one) => new X509Certificate(one)).length;
}
