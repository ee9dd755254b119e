SELECT hash FROM contents WHERE (body IS NULL) = (file IS NULL);
