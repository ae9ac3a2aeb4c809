/** For which system and processor a program was built, by its first bytes. */

export interface Built {
  readonly platform: 'linux' | 'darwin' | 'win32';
  readonly arch: string;
}

const elf: Record<number, string> = { 0x03: 'ia32', 0x28: 'arm', 0x3e: 'x64', 0xb7: 'arm64', 0xf3: 'riscv64' };
const macho: Record<number, string> = { 0x01000007: 'x64', 0x0100000c: 'arm64' };
const pe: Record<number, string> = { 0x014c: 'ia32', 0x8664: 'x64', 0xaa64: 'arm64' };

/** How many bytes of a program it takes to tell. */
export const enough = 1024;

/** Returns undefined for what is no program of these systems, such as a script. */
export function builtFor(start: Uint8Array): Built | undefined {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const text = (at: number, length: number): string => String.fromCharCode(...start.subarray(at, at + length));
  if (start.length >= 20 && text(0, 4) === '\x7fELF') {
    const machine = view.getUint16(18, start[5] !== 2);
    return { platform: 'linux', arch: elf[machine] ?? `machine ${machine}` };
  }
  if (start.length >= 8 && view.getUint32(0, true) === 0xfeedfacf) {
    const cpu = view.getUint32(4, true);
    return { platform: 'darwin', arch: macho[cpu] ?? `cpu ${cpu}` };
  }
  if (start.length >= 0x40 && text(0, 2) === 'MZ') {
    const header = view.getUint32(0x3c, true);
    if (header + 6 > start.length || text(header, 4) !== 'PE\0\0') return undefined;
    const machine = view.getUint16(header + 4, true);
    return { platform: 'win32', arch: pe[machine] ?? `machine ${machine}` };
  }
  return undefined;
}
