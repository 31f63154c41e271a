"""Files to core types and back: photos, COCO keypoints, masks, run folders."""
