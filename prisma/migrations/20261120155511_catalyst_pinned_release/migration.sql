-- AlterTable
ALTER TABLE "plugins" ADD COLUMN     "pinned_instead_of" TEXT,
ADD COLUMN     "pinned_release" TEXT;
