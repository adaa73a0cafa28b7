"""Our metrics beside those of LensKit and RecTools, on the same lists; they live in an environment of their own."""
